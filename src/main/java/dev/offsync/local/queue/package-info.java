/**
 * The operation queue: what the triggers wrote, claimed into batches, read in pieces, completed, held back or taken
 * back.
 */
@NullMarked
package dev.offsync.local.queue;

import org.jspecify.annotations.NullMarked;
