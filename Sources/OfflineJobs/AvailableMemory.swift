import ByteStreams

/// Memory that this process may still take: what the machine has available, or less where its control group is limited.
package struct AvailableMemory: Hashable, Sendable {
    package let bytes: Int

    /// Asks Linux; `nil` where the system does not say.
    ///
    /// - Parameter root: Where `/proc` and `/sys` lie, for tests; `""` on a machine.
    package init?(root: String = "") {
        guard let machine = Self.field("MemAvailable:", of: root + "/proc/meminfo") else { return nil }
        let groups = (Self.text(of: root + "/proc/self/cgroup") ?? "").split(separator: "\n").flatMap { line in
            Self.left(inGroup: line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false), root: root)
        }
        bytes = max(0, ([machine * 1_024] + groups).min() ?? 0)
    }

    /// What is left to a group, and to those around it: of `number:controllers:path`, version 2 or 1.
    private static func left(inGroup parts: [Substring], root: String) -> [Int] {
        guard parts.count == 3 else { return [] }
        let isSecond = parts[0] == "0" && parts[1].isEmpty
        guard isSecond || parts[1].split(separator: ",").contains("memory") else { return [] }
        let (folder, limit, usage, cache) =
            isSecond
            ? ("/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file")
            : ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        let names = parts[2].split(separator: "/")
        return (0...names.count).compactMap { depth in
            let path = ([Substring(root + folder)] + names.prefix(depth)).joined(separator: "/") + "/"
            guard let limit = number(in: path + limit), let usage = number(in: path + usage) else { return nil }
            // The system gives up files that nobody has read for a while before it refuses memory.
            return limit - usage + (field(cache, of: path + "memory.stat") ?? 0)
        }
    }

    /// The first number of a file; `nil` for `max`, and where there is no such file.
    private static func number(in path: String) -> Int? {
        text(of: path)?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }

    /// The number behind a name at the beginning of a line.
    private static func field(_ name: String, of path: String) -> Int? {
        for line in (text(of: path) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 1, words[0] == name { return Int(words[1]) }
        }
        return nil
    }

    /// A short file's text; `nil` when it cannot be read, which here means that the system does not say.
    private static func text(of path: String) -> String? {
        do {
            let reader = try ByteReader(.file(path))
            var text: [UInt8] = []
            var part = [UInt8](repeating: 0, count: 1 << 14)
            while case let count = try reader.read(into: &part), count > 0 { text += part.prefix(count) }
            return String(decoding: text, as: UTF8.self)
        } catch {
            return nil
        }
    }
}
