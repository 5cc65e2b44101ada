// swift-tools-version: 6.2
import PackageDescription

/// `LINDEN_ENGINE_ONLY=1` leaves out the service (Hummingbird's first build takes minutes): the engine and the
/// database targets build and test by themselves.
let engineOnly = Context.environment["LINDEN_ENGINE_ONLY"] == "1"

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

// Each target answers one question and imports only what stands here; README.md has the map.
var targets: [Target] = [
    // The engine: no I/O, no clock.
    .target(name: "CVectorKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "VectorKernels", dependencies: ["CVectorKernels", "COpenBLAS"]),
    .target(name: "Domain"),
    .target(name: "Towers", dependencies: ["Domain", "VectorKernels"]),
    .target(name: "Training", dependencies: ["Domain", "Towers", "Evaluation", "VectorKernels"]),
    .target(name: "Retrieval", dependencies: ["Domain", "VectorKernels", "ByteStreams", "SnapshotFiles"]),
    .target(name: "Ranking", dependencies: ["Domain", "VectorKernels", "ByteStreams", "SnapshotFiles"]),
    .target(name: "Planning", dependencies: ["Domain"]),
    .target(name: "Experiments", dependencies: ["Domain", "JSON", crypto]),
    .target(name: "ExperimentStatistics"),
    .target(name: "Evaluation", dependencies: ["Domain"]),

    // Files.
    .target(name: "JSON"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .target(name: "CChecksum", cSettings: [.unsafeFlags(["-O3"])]),
    .target(name: "ByteStreams", dependencies: ["CZlib", "CChecksum", "VectorKernels"]),
    .target(name: "SnapshotFiles", dependencies: ["ByteStreams", "VectorKernels"]),
    .target(name: "Datasets", dependencies: ["Domain", "ByteStreams"]),
    .target(name: "VectorFiles", dependencies: ["Domain", "VectorKernels", "ByteStreams", "JSON"]),

    // The database.
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "Postgres", dependencies: ["CLibPQ", logging]),
    .target(name: "Migrations", dependencies: ["Postgres", crypto, logging]),
    .target(name: "Storage", dependencies: ["Domain", "JSON", "Postgres"]),

    // The service, as far as it goes without HTTP.
    .target(name: "Observability", dependencies: [logging, metrics]),
    .target(
        name: "Serving",
        dependencies: [
            "Domain", "VectorKernels", "Towers", "Retrieval", "Ranking", "Planning", "Experiments",
            "ExperimentStatistics", "ByteStreams", "SnapshotFiles", "Observability", logging,
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        ]
    ),
    .target(
        name: "OfflineJobs",
        dependencies: [
            "Domain", "VectorKernels", "Towers", "Training", "Retrieval", "Ranking", "Planning", "Experiments",
            "Evaluation", "ByteStreams", "SnapshotFiles", "Datasets", "VectorFiles", "JSON", "Observability", "CMalloc",
            logging, crypto,
        ]
    ),

    // Measures a node's start; it needs a database, and is built with the tests.
    .executableTarget(
        name: "start-benchmark",
        dependencies: [
            "Domain", "VectorKernels", "Towers", "Serving", "Storage", "Migrations", "Postgres", "TestSupport", logging,
        ], path: "Tests/StartBenchmark"),

    // Tests.
    .target(name: "TestSupport", dependencies: ["Domain", "ByteStreams", "Postgres"], path: "Tests/TestSupport"),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
    .testTarget(name: "VectorKernelsTests", dependencies: ["VectorKernels", "TestSupport"]),
    .testTarget(name: "DomainTests", dependencies: ["Domain", "TestSupport"]),
    .testTarget(name: "TowersTests", dependencies: ["Towers", "VectorKernels", "Domain", "TestSupport"]),
    .testTarget(
        name: "TrainingTests",
        dependencies: ["Training", "Towers", "Evaluation", "VectorKernels", "Domain", "TestSupport"]),
    .testTarget(
        name: "RetrievalTests",
        dependencies: ["Retrieval", "SnapshotFiles", "VectorKernels", "Domain", "TestSupport"]),
    .testTarget(
        name: "RankingTests", dependencies: ["Ranking", "SnapshotFiles", "VectorKernels", "Domain", "TestSupport"]),
    .testTarget(name: "PlanningTests", dependencies: ["Planning", "Experiments", "Domain", "TestSupport"]),
    .testTarget(
        name: "ExperimentsTests", dependencies: ["Experiments", "JSON", "Domain", "TestSupport"], exclude: ["Vectors"]),
    .testTarget(name: "ExperimentStatisticsTests", dependencies: ["ExperimentStatistics", "TestSupport"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "Domain", "TestSupport"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "ByteStreams", "Domain", "TestSupport"]),
    .testTarget(name: "VectorFilesTests", dependencies: ["VectorFiles", "ByteStreams", "Domain", "TestSupport"]),
    .testTarget(name: "SnapshotFilesTests", dependencies: ["SnapshotFiles", "ByteStreams", "TestSupport"]),
    .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport", logging]),
    .testTarget(name: "MigrationsTests", dependencies: ["Migrations", "Postgres", "TestSupport", logging]),
    .testTarget(
        name: "StorageTests", dependencies: ["Storage", "Migrations", "Postgres", "Domain", "TestSupport", logging]),
    .testTarget(
        name: "LiveChangesTests",
        dependencies: ["Serving", "Storage", "Migrations", "Postgres", "Towers", "Domain", "TestSupport", logging]),
    .testTarget(
        name: "ServingTests",
        dependencies: [
            "Serving", "Towers", "Retrieval", "Ranking", "Planning", "Experiments", "ExperimentStatistics",
            "OfflineJobs", "Training", "VectorKernels", "Domain", "TestSupport", logging,
        ]
    ),
    .testTarget(
        name: "OfflineJobsTests",
        dependencies: [
            "OfflineJobs", "ByteStreams", "Datasets", "VectorFiles", "Towers", "Training", "Evaluation", "Ranking",
            "Planning", "JSON", "Domain", "TestSupport", logging,
        ]),
]

var dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
]

if !engineOnly {
    dependencies += [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
    ]
    targets += [
        .target(
            name: "HTTPAPI",
            dependencies: [
                "Domain", "Planning", "Experiments", "ExperimentStatistics", "Serving", "Observability", "JSON",
                logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .executableTarget(
            name: "linden",
            dependencies: [
                "Domain", "VectorKernels", "Towers", "Training", "Retrieval", "Ranking", "Planning", "Experiments",
                "ExperimentStatistics", "Evaluation", "ByteStreams", "Datasets", "JSON", "Postgres", "Migrations",
                "Storage", "Observability",
                "Serving",
                "OfflineJobs", "HTTPAPI", logging, metrics,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "HTTPAPI", "JSON", "Observability", "Serving", "Towers", "Domain", "TestSupport", logging, metrics,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        // Runs the program that was built beside it.
        .testTarget(name: "LindenCommandTests", dependencies: ["linden", "Postgres", "TestSupport"]),
    ]
}

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(), .treatAllWarnings(as: .error),
]
for target in targets where ![.system, .binary, .plugin].contains(target.type) && !target.name.hasPrefix("C") {
    target.swiftSettings = (target.swiftSettings ?? []) + strict
}

let package = Package(name: "linden", dependencies: dependencies, targets: targets)
