/**
 * Ground that both databases share: connecting, noticing a peer that fell silent, calls and COPY streams, what an
 * SQLSTATE means, reading the catalog, SQL over keys, and migrations. Nothing here knows what a device, a batch or a
 * conflict is.
 */
@NullMarked
package dev.offsync.pg;

import org.jspecify.annotations.NullMarked;
