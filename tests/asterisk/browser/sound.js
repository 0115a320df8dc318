/* Before the page: its microphone hears a tone of 440 Hz, and what its calls hear can be listened to. */
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) {
    super(...options);
    connections.push(this);
  }
};
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  await context.resume();
  const microphone = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context, { frequency: 440 });
  tone.connect(microphone);
  tone.start();
  return microphone.stream;
};
/* The loudest frequency in Hz that the latest call hears, once it hears any; null: silence for three seconds. */
window.heard = async () => {
  const [receiver] = connections.at(-1).getReceivers();
  const context = new AudioContext();
  await context.resume();
  const analyser = new AnalyserNode(context, { fftSize: 8192 });
  context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser);
  const levels = new Float32Array(analyser.frequencyBinCount);
  for (const until = performance.now() + 3000; performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    analyser.getFloatFrequencyData(levels);
    const loudest = levels.indexOf(Math.max(...levels));
    if (levels[loudest] > -50) {
      await context.close();
      return (loudest * context.sampleRate) / analyser.fftSize;
    }
  }
  await context.close();
  return null;
};
