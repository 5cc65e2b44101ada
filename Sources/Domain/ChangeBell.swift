/// Rings when items may have changed.
///
/// A doorbell, not a letter: a ring can be lost, and can come for nothing. Who hears it asks the ``ItemChangeFeed``, and
/// who hears nothing asks it all the same, now and then.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol ChangeBell: Sendable {
    /// Calls `ring` soon after each change, until the task is cancelled.
    ///
    /// - Parameter ring: Called as well when listening begins: what changed before then was not heard. It must not wait.
    /// - Throws: When the bell cannot be heard, or not any more; calling again may help.
    func listen(_ ring: @Sendable () -> Void) async throws
}
