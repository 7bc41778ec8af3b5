package dev.offsync.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a person says about a conflict: the row to keep, and the values of single columns on top of it. */
public record Choice(Use use, Map<String, @Nullable String> set) {}
