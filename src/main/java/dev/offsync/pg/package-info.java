/**
 * Ground that both databases share: connecting, calls and COPY streams, what an SQLSTATE means, reading the catalog, SQL
 * over keys, and migrations. Nothing here knows what a device, a batch or a conflict is.
 */
@NullMarked
package dev.offsync.pg;

import org.jspecify.annotations.NullMarked;
