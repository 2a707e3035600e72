// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSOCKS = Target.Dependency.product(name: "NIOSOCKS", package: "swift-nio-extras")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "ptvsd-publish",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "ptvsd-publish", targets: ["ptvsd-publish"]),
        .library(name: "XMLDocumentTransform", targets: ["XMLDocumentTransform"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .executableTarget(name: "ptvsd-publish", dependencies: ["Commands"], swiftSettings: strict),
        .target(
            name: "Commands",
            dependencies: [
                "Doctor", "Editors", "Tunnel", "Destinations", "Azure", "Serving", "Sites",
                "WebConfiguration", "Projects", "XMLDocumentTransform", "Addresses", "Files", "Diagnostics",
                argumentParser, systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Doctor",
            dependencies: [
                "Destinations", "Tunnel", "Azure", "Serving", "Sites", "WebConfiguration", "Projects",
                "XMLDocumentTransform", "Addresses", "Files", "Diagnostics", systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Tunnel",
            dependencies: [
                "WebConfiguration", "Addresses", "Diagnostics", nioCore, nioPosix, nioHTTP1, nioTLS, nioSOCKS,
                nioSSL, crypto, systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Editors", dependencies: ["Files", "Diagnostics", systemPackage], swiftSettings: strict),
        .target(
            name: "Azure",
            dependencies: [
                "Addresses", "Files", "Diagnostics", asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL,
                subprocess, systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Serving",
            dependencies: [
                "Sites", "WebConfiguration", "XMLDocumentTransform", "Files", "Diagnostics", subprocess,
                systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Destinations",
            dependencies: [
                "Azure", "Sites", "WebConfiguration", "Projects", "CLibDeflate", "CZLib", "Addresses",
                "Files", "Diagnostics", subprocess, systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Sites",
            dependencies: [
                "Projects", "CLibDeflate", "Files", "Diagnostics", crypto, subprocess, systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "WebConfiguration",
            dependencies: [
                "Projects", "XMLDocumentTransform", "Addresses", "Files", "Diagnostics", crypto, subprocess,
                systemPackage,
            ],
            swiftSettings: strict,
            plugins: ["EmbedTemplates"]
        ),
        .target(
            name: "Projects",
            dependencies: ["XMLDocumentTransform", "Addresses", "Files", "Diagnostics", systemPackage],
            swiftSettings: strict
        ),
        .target(
            name: "XMLDocumentTransform",
            dependencies: ["CLibXML2", "Diagnostics"],
            swiftSettings: strict + [.strictMemorySafety()],
            linkerSettings: [.linkedLibrary("iconv", .when(platforms: [.macOS]))]
        ),
        .target(
            name: "Files", dependencies: ["CFileSystem", "Diagnostics", systemPackage], swiftSettings: strict),
        .target(name: "Addresses", dependencies: ["Diagnostics", nioSOCKS], swiftSettings: strict),
        .target(name: "Diagnostics", swiftSettings: strict),
        .testTarget(
            name: "AddressesTests", dependencies: ["Addresses", "Diagnostics", nioSOCKS],
            swiftSettings: strict),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "FilesTests", dependencies: ["Files", "Diagnostics", systemPackage], swiftSettings: strict),
        .testTarget(
            name: "WebConfigurationTests",
            dependencies: ["WebConfiguration", "XMLDocumentTransform", "Diagnostics"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProjectsTests",
            dependencies: ["Projects", "Files", "Diagnostics", systemPackage],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "XMLDocumentTransformTests",
            dependencies: ["XMLDocumentTransform", "TransformFuzzing", "Diagnostics"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .target(
            name: "TransformFuzzing",
            dependencies: ["XMLDocumentTransform", "Diagnostics"],
            path: "Tools/transform-fuzzing",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "fuzz-transform",
            dependencies: ["TransformFuzzing"],
            path: "Tools/fuzz-transform",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "xdt-benchmark",
            dependencies: ["XMLDocumentTransform", "CLibXML2", "Diagnostics"],
            path: "Benchmarks/xdt-benchmark",
            swiftSettings: strict
        ),
        .testTarget(
            name: "SitesTests",
            dependencies: ["Sites", "Projects", "Files", "Diagnostics", systemPackage],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DestinationsTests",
            dependencies: [
                "Destinations", "Sites", "Projects", "Addresses", "Files", "Diagnostics", "publish-probe",
                systemPackage,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ServingTests",
            dependencies: [
                "Serving", "WebConfiguration", "Files", "Diagnostics", systemPackage,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AzureTests",
            dependencies: [
                "Destinations", "Azure", "Sites", "Projects", "Diagnostics",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TunnelTests",
            dependencies: [
                "Tunnel", "WebConfiguration", "Addresses", "Diagnostics", nioCore, nioPosix, nioHTTP1,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EditorsTests", dependencies: ["Editors", "Files", "Diagnostics", systemPackage],
            swiftSettings: strict),
        .testTarget(
            name: "DoctorTests",
            dependencies: [
                "Doctor", "Tunnel", "Addresses", "Diagnostics",
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "publish-probe",
            dependencies: ["Destinations", "Sites", "Projects", "Files", "Diagnostics", systemPackage],
            path: "Tests/publish-probe",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "websocket-echo",
            dependencies: ["Tunnel", nioCore, nioHTTP1, nioPosix],
            path: "Tests/websocket-echo",
            swiftSettings: strict
        ),
        .systemLibrary(name: "CFileSystem"),
        .systemLibrary(
            name: "CLibXML2",
            pkgConfig: "libxml-2.0",
            providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]
        ),
        .systemLibrary(
            name: "CLibDeflate",
            pkgConfig: "libdeflate",
            providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]
        ),
        .systemLibrary(name: "CZLib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .plugin(name: "EmbedTemplates", capability: .buildTool(), dependencies: ["embed-templates"]),
        .executableTarget(name: "embed-templates", path: "Tools/embed-templates", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
