package dev.offsync.sync.verify;

import java.util.List;

/** What verify is asked to do; empty {@code tables} means all. */
public record VerifyOptions(List<String> tables, boolean repair) {}
