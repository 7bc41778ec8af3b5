/** What ships beside the jar: the launcher, the tree that tarball and package hold, the settings of an edge server. */
@NullMarked
package dev.offsync.shipping;

import org.jspecify.annotations.NullMarked;
