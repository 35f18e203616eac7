"""Other libraries: langchain, langgraph, opentelemetry. Each needs its extra: `pip install sambung[langchain]`."""
