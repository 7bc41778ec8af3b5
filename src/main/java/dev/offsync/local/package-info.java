/**
 * The device's own database, in which everything of offsync's is in the schema {@code offsync} beside the business tables. Here
 * are the logs that people read: conflicts and their rules, the history of operations, the status; the parts have packages of
 * their own.
 */
@NullMarked
package dev.offsync.local;

import org.jspecify.annotations.NullMarked;
