/// Sizes of a sequence encoder, and where each of its parameters lies in one array.
///
/// Matrices are row-major, inputs × outputs: a row of activations times the matrix is the next row.
package struct SequenceShape: Hashable, Sendable {
    /// Length of the vectors that come in and go out.
    package let dimensions: Int
    /// Length of the vectors between blocks.
    package let width: Int
    /// Blocks, one after the other.
    package let blocks: Int

    package init(dimensions: Int, width: Int, blocks: Int) {
        self.dimensions = dimensions
        self.width = width
        self.blocks = blocks
    }

    /// Length of a block's hidden layer.
    package var hidden: Int { 2 * width }

    // MARK: Of the encoder

    package var inputMatrix: Int { 0 }
    package var inputBias: Int { dimensions * width }
    private var firstBlock: Int { inputBias + width }
    package var outputNorm: Int { firstBlock + blocks * blockCount }
    package var outputMatrix: Int { outputNorm + 2 * width }
    package var outputBias: Int { outputMatrix + width * dimensions }
    /// What the most recent item is multiplied by, dimension by dimension.
    package var recentGate: Int { outputBias + dimensions }
    /// What the pooled history is multiplied by, dimension by dimension.
    package var pooledGate: Int { recentGate + dimensions }
    /// Number of parameters.
    package var count: Int { pooledGate + dimensions }

    // MARK: Of a block

    private var blockCount: Int {
        4 * width + (width + 1) * 3 * width + (width + 1) * width + (width + 1) * hidden + (hidden + 1) * width
    }

    /// Where the parameters of a block lie: of each norm the gains, then the shifts; of each layer the matrix, then the bias.
    package struct Block: Sendable {
        package let recurrentNorm: Int
        /// Width × 3 width: update gates, values, output gates.
        package let recurrentMatrix: Int
        package let recurrentBias: Int
        package let mixMatrix: Int
        package let mixBias: Int
        package let hiddenNorm: Int
        package let hiddenMatrix: Int
        package let hiddenBias: Int
        package let foldMatrix: Int
        package let foldBias: Int
    }

    package func block(_ index: Int) -> Block {
        let recurrentNorm = firstBlock + index * blockCount
        let recurrentMatrix = recurrentNorm + 2 * width
        let recurrentBias = recurrentMatrix + 3 * width * width
        let mixMatrix = recurrentBias + 3 * width
        let mixBias = mixMatrix + width * width
        let hiddenNorm = mixBias + width
        let hiddenMatrix = hiddenNorm + 2 * width
        let hiddenBias = hiddenMatrix + width * hidden
        let foldMatrix = hiddenBias + hidden
        return Block(
            recurrentNorm: recurrentNorm, recurrentMatrix: recurrentMatrix, recurrentBias: recurrentBias,
            mixMatrix: mixMatrix, mixBias: mixBias, hiddenNorm: hiddenNorm, hiddenMatrix: hiddenMatrix,
            hiddenBias: hiddenBias, foldMatrix: foldMatrix, foldBias: foldMatrix + hidden * width)
    }
}
