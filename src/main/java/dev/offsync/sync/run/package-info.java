/**
 * What all runs have in common: the two sessions, the contact with the hub and what it may say, the lock, the clock's
 * skew, drift between the two sides' tables, the renewal of key ranges, metrics.
 */
@NullMarked
package dev.offsync.sync.run;

import org.jspecify.annotations.NullMarked;
