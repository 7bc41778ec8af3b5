/**
 * What check looks at on each side, and the findings it reports, each with a remedy.
 */
@NullMarked
package dev.offsync.sync.check;

import org.jspecify.annotations.NullMarked;
