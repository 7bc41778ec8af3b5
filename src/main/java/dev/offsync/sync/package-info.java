/**
 * The verbs. Each class is one thing a command can do: it takes the settings and its options, works on the device's and
 * the hub's database, and returns a result record. Nothing here prints or asks.
 */
@NullMarked
package dev.offsync.sync;

import org.jspecify.annotations.NullMarked;
