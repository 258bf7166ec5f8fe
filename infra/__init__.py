"""The AWS side of pagesync: what is deployed, and what each part may do.

"pyright: ignore - jsii" marks where the CDK names the parameters of a class and of its interface differently.
"""
