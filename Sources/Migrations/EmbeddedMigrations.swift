// swift-format-ignore-file
// Made by tools/embed-migrations from migrations/; do not edit.

/// The files of `migrations/`, as they were when this program was built.
enum EmbeddedMigrations {
    static let files: [MigrationSet.File] = [
    ]
}
