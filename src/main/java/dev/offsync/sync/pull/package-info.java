/**
 * How a pull goes: what the hub has that this device's cursors have not seen comes in chunks, is guarded against a mass
 * delete, meets what is pending here, and is applied together with the cursors. The first rows of a large table that is
 * empty here meet nothing, and are copied.
 */
@NullMarked
package dev.offsync.sync.pull;

import org.jspecify.annotations.NullMarked;
