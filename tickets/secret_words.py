"""The words that give a secret away, and those that do not. Only data; `masking.py` says how they are used."""

SPOKEN_DIGITS = {
    **dict.fromkeys(("zero", "oh", "o", "nil", "nought"), 1),
    **dict.fromkeys(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), 1),
    **dict.fromkeys(("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"), 2),
    **dict.fromkeys(("sixteen", "seventeen", "eighteen", "nineteen"), 2),
    **dict.fromkeys(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2),
    **dict.fromkeys("零〇一幺二两三四五六七八九", 1),
}
"""How many digits a word stands for."""

REPEATS = {"double": 2, "triple": 3}

SECRET_NUMBERS = {
    r"pin|pins|pin code|pincode|passcode|pass code|密码|口令|密碼|验证码|驗證碼": 3,
    r"cvv|cvc|cvv2|security code|verification code|access code|one[- ]time code|sms code|otp|安全码": 3,
    r"password|passwort|pass word|passphrase": 2,
    r"id number|identity number|identity card|id card|passport|passport number|personal number": 5,
    r"social security|social security number|ssn|national insurance|tax id|tax number": 5,
    r"身份证|身份证号|身份证号码|护照": 5,
    r"card number|credit card|debit card|bank card|iban|account number|银行卡|卡号|信用卡": 5,
}
"""After these words a run of at least so many digits is a secret."""

FILLERS = (
    "is", "was", "are", "it's", "its", "it is", "number", "code", "the", "my", "to", "as", "equals", "be", "using",
    "with", "of", "ends in", "ending in", "是", "为", "就是", "号码", "号",
)  # fmt: skip
"""What may stand between such a word and its number."""

PASSWORD_WORDS = r"(?:password|passwort|pass word|passphrase|passcode|密码|口令|密碼)"  # noqa: S105

_ORDINARY = """
a about again all already also always an and any anymore at bad because been being blocked broken but by cannot case
changed close completely correct correctly dead declined denied different disabled doing done due empty ending entered
every expired expiring failing fine for forgotten from getting going gone good hard has have here i if in inactive
incorrect invalid is it just keep keeps known later like locked lost maybe mine missing my never new no not now of off
ok okay old on only or out outdated please probably refused rejected rejecting required reset right saved set so somehow
somewhere soon still stolen stuck supposed temporary that the their then there this to too unknown up used useless valid
very wasn't what when where which why with within working wrong you your
"""
ORDINARY = frozenset(_ORDINARY.split())
"""Words that follow "my password is" when somebody tells what is wrong with it."""

_CLAUSE_ENDS = "and but because so for on in when if then please it i it's i'm which that to since at can could would"
CLAUSE_ENDS = frozenset(_CLAUSE_ENDS.split())
"""Words with which a spoken password is over."""
