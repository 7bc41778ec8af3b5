/**
 * What an operator may set, and from where: options, environment, the TOML file and sync_config become one immutable
 * {@link dev.offsync.config.Settings} that knows each value's origin. Here also live the forms in which a database may
 * be named (URLs, conninfo strings, service files) and the places from which its password may come. Nothing in this
 * package talks to a database, and nothing it shows contains a password.
 */
@NullMarked
package dev.offsync.config;

import org.jspecify.annotations.NullMarked;
