/**
 * Settling conflicts in the databases: {@code conflict} decides what a meeting of two changes comes to, here it is
 * carried out, with the rows that stand in the way, that follow to another key, or that nobody here ever saw.
 */
@NullMarked
package dev.offsync.sync.settle;

import org.jspecify.annotations.NullMarked;
