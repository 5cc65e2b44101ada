/// Why a benchmark's worker cannot answer.
public enum BenchmarkWorkerError: Error, Equatable, CustomStringConvertible {
    case noFile([String])
    case request(String)
    case unknownPlan(String)

    public var description: String {
        switch self {
        case .noFile(let paths):
            "There is none of \(paths.joined(separator: ", ")). Make the data first."
        case .request(let line):
            "\(line) is no request. Send sweep, batch_sweep, run, batch or quit as \"c\", within the queries."
        case .unknownPlan(let name):
            "No sweep has found a plan '\(name)'. Sweep first, and name one of its plans."
        }
    }
}
