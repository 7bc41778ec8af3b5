/**
 * The hub's database as a device uses it: registration and contacts, uploading and applying a batch, the change feed; and
 * the objects that init makes there.
 */
@NullMarked
package dev.offsync.hub;

import org.jspecify.annotations.NullMarked;
