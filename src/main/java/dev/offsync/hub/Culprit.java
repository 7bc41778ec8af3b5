package dev.offsync.hub;

/** The row that the hub refuses, by the first of its operations in the batch, and what the hub says about it. */
public record Culprit(long operation, String message) {}
