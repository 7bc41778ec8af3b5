/**
 * The device's side of a comparison with the hub, and the work that the rows found to differ become.
 */
@NullMarked
package dev.offsync.local.compare;

import org.jspecify.annotations.NullMarked;
