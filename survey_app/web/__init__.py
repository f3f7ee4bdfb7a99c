"""The pages: thin views over services and reports."""
