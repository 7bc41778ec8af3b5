package dev.offsync.bench;

/** What a workload has at hand while it measures. */
record Bench(Options options, Stage stage, Program program, Results results) {}
