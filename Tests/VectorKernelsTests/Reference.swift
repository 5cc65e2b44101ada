/// The plainest code for what the kernels compute.
enum Reference {
    /// Element `j` goes, by fused multiply-add, to lane `j % 32`; then the upper half of the lanes is added to the lower.
    static func dot(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Float {
        var lanes = [Float](repeating: 0, count: 32)
        for (index, (l, r)) in zip(left, right).enumerated() {
            lanes[index % 32].addProduct(l, r)
        }
        while lanes.count > 1 {
            let half = lanes.count / 2
            lanes = (0..<half).map { lanes[$0] + lanes[$0 + half] }
        }
        return lanes[0]
    }

    /// Signed bytes in proportion to the largest magnitude, which becomes 127.
    static func codes(_ vector: [Float]) -> [Int] {
        let peak = vector.map(abs).max() ?? 0
        guard peak > 0 else { return vector.map { _ in 0 } }
        let scale = 127 / peak
        return vector.map { Int(($0 * scale).rounded(.toNearestOrEven)) }
    }

    /// The cosine of a row's and a query's codes over the first `dimensions`; the row's codes are made of all of it.
    static func scanScore(_ row: [Float], _ query: [Float], dimensions: Int) -> Float {
        let rowCodes = codes(row).prefix(dimensions)
        let queryCodes = codes(Array(query.prefix(dimensions)))
        let product = zip(rowCodes, queryCodes).reduce(0) { $0 + $1.0 * $1.1 }
        let rowNorm = rowCodes.reduce(0) { $0 + $1 * $1 }
        let queryNorm = queryCodes.reduce(0) { $0 + $1 * $1 }
        let inverseRowNorm = rowNorm == 0 ? 0 : Float(Float16(1 / Float(rowNorm).squareRoot()))
        return Float(product) * inverseRowNorm * (1 / Float(queryNorm).squareRoot())
    }

    /// The inner product of a row's and a query's codes times the row's inverse norm.
    static func nearnessScore(_ row: ArraySlice<Int>, _ query: [Int]) -> Float {
        let squares = row.reduce(0) { $0 + $1 * $1 }
        let inverseNorm = squares == 0 ? 0 : Float(Float16(1 / Float(squares).squareRoot()))
        return Float(zip(row, query).reduce(0) { $0 + $1.0 * $1.1 }) * inverseNorm
    }
}
