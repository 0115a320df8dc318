// What the page says by itself, in its language: `desk.say.*` of the texts.
const texts = JSON.parse(document.getElementById("words").textContent);

export const knows = (key) => key in texts;

export const say = (key, slots = {}) => (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => slots[name] ?? whole);
