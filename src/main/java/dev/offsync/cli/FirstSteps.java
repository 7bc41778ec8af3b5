package dev.offsync.cli;

/** What {@code offsync} alone says. */
final class FirstSteps {
    static final String TEXT = """
            offsync keeps a PostgreSQL database at the edge in step with a shared one, the
            hub.

            The usual three steps:

              1. Once a device: name both databases and the tables.
                 export OFFSYNC_LOCAL=URL      (or local = "URL" in the config file)
                 offsync init --remote URL --tables a,b,c

              2. As often as you like, by hand, cron or timer: send and fetch changes.
                 offsync sync

              3. See where the device stands, and settle what needs a person.
                 offsync status
                 offsync conflicts list

            URL is like postgresql://user@host:5432/database. All commands: offsync --help
            """;

    private FirstSteps() {}
}
