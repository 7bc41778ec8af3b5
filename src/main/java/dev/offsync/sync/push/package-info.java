/**
 * How a push goes: pending operations are claimed into batches, packed into pieces, uploaded, applied by the hub in one
 * transaction each, and completed here with what the hub answered.
 */
@NullMarked
package dev.offsync.sync.push;

import org.jspecify.annotations.NullMarked;
