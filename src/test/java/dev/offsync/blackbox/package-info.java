/**
 * The built jar against real databases, seen from outside: processes are started and killed, links are cut, and only what
 * an operator can see is looked at: exit codes, messages, JSON documents and tables that contract and manual name. Each
 * test has a {@link dev.offsync.blackbox.Fleet} of its own.
 */
@NullMarked
package dev.offsync.blackbox;

import org.jspecify.annotations.NullMarked;
