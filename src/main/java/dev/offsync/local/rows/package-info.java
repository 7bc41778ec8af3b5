/**
 * Single rows of business tables, looked at and written by hand where a decision asks for it: with what references them,
 * and moved to other keys.
 */
@NullMarked
package dev.offsync.local.rows;

import org.jspecify.annotations.NullMarked;
