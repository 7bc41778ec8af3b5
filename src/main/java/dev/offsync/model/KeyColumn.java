package dev.offsync.model;

/**
 * A column of a primary key. {@code type} is the type as SQL writes it, a domain replaced by its base type; {@code
 * operator} is the equality of the key's operator class, as in {@code OPERATOR(pg_catalog.=)}.
 */
public record KeyColumn(String name, String type, String operator) {}
