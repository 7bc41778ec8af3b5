/** The words of the field as values: tables, keys, rows, conflicts, and what each command reports. JDK only, no I/O. */
@NullMarked
package dev.offsync.model;

import org.jspecify.annotations.NullMarked;
