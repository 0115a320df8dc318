import os

# onnxruntime keeps usage telemetry in a database under ~/.cache and has an address to send it to. It looks at this
# variable when it is imported, by one of our modules or by a package that they use.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
