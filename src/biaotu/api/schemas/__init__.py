"""Shapes of requests and answers, one module for each subject; the OpenAPI document is made of them."""
