/**
 * The test ground: real PostgreSQL servers, a fresh database per test, the product's jar as a process, and a link that
 * breaks on command; with them the settings and the request for init that a test has in mind.
 * {@link dev.offsync.testing.TestServers} decides where the servers come from.
 */
@NullMarked
package dev.offsync.testing;

import org.jspecify.annotations.NullMarked;
