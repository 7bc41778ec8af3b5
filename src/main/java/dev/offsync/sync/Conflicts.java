package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictList;
import dev.offsync.model.ResolveResult;

/** Looks at conflicts and settles them, on the local database alone. */
public final class Conflicts {
    private final Settings settings;

    public Conflicts(Settings settings) {
        this.settings = settings;
    }

    public ConflictList list(ConflictFilter filter) {
        throw new UnsupportedOperationException(settings.toString() + filter);
    }

    public ConflictDetail show(long id) {
        throw new UnsupportedOperationException(settings.toString() + id);
    }

    public ResolveResult resolve(ResolveOptions options) {
        throw new UnsupportedOperationException(settings.toString() + options);
    }
}
