/**
 * How verify compares a table by hash buckets, and brings the rows that differ in line through the ways that a change
 * takes anyway.
 */
@NullMarked
package dev.offsync.sync.verify;

import org.jspecify.annotations.NullMarked;
