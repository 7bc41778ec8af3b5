package dev.offsync.sync.pull;

import dev.offsync.model.RowName;
import java.util.HashSet;
import java.util.Set;

/** What was written does not fit together, and which rows are to blame: the chunk is to be applied again without that. */
final class Misfits extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * What is known of a chunk before it is applied.
     *
     * @param staying rows in conflict that made way for the hub's in vain
     * @param parentless rows, by their names in the inbox, that are to refer to one that cannot come
     * @param unmoved rows, by their names in the inbox, whose new versions cannot come, so that what the old ones refer to
     *     is to stay
     */
    record Known(Set<RowName> staying, Set<String> parentless, Set<String> unmoved) {
        static final Known NOTHING = new Known(Set.of(), Set.of(), Set.of());

        Known and(Known more) {
            return new Known(
                    union(staying, more.staying), union(parentless, more.parentless), union(unmoved, more.unmoved));
        }

        private static <T> Set<T> union(Set<T> some, Set<T> others) {
            var all = new HashSet<>(some);
            all.addAll(others);
            return all;
        }
    }

    private final transient Known known;

    Misfits(Known known) {
        super("rows do not fit beside each other", null, false, false);
        this.known = known;
    }

    Known known() {
        return known;
    }
}
