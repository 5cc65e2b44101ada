import Domain
import HTTPTypes
import Hummingbird
import JSON
import Observability
import Planning
import Serving

extension API {
    /// What operators and probes ask.
    var operatorRoutes: [Route] {
        [
            Route(
                .get, "/health/live",
                Operation(
                    id: "live", summary: "Whether the process answers.", tag: "operation", status: 200,
                    answer: .json("Health"))
            ) { _ in .json(["status": "live"]) },
            Route(
                .get, "/health/ready",
                Operation(
                    id: "ready", summary: "Whether recommendations can be answered now.", tag: "operation",
                    status: 200, answer: .json("Health"), problems: [503])
            ) { _ in
                if let missing = service.whyNotReady() { throw RouteFault.notReady(missing) }
                let warnings = service.whyOtherGenerations()
                guard !warnings.isEmpty else { return .json(["status": "ready"]) }
                return .json(["status": "ready", "warnings": .array(warnings.map(JSONValue.string))])
            },
            Route(
                .get, "/metrics",
                Operation(
                    id: "metrics", summary: "Metrics in Prometheus' text format.", tag: "operation", status: 200,
                    answer: .text(PrometheusText.contentType))
            ) { _ in
                let scans = service.scanCounters
                metrics.recordScans(passes: scans.passes, requests: scans.jobs, waiting: scans.waiting)
                metrics.recordOverspent(service.overspentCount)
                let measured = service.recalibrationCounters
                metrics.recordRecalibrations(
                    started: measured.started, finished: measured.finished, failed: measured.failed)
                metrics.recordHeld(service.heldGenerations.map(\.number.description))
                metrics.recordShadowSkipped(service.skippedShadowCount)
                for (generation, shadow) in service.shadowCounters {
                    metrics.recordShadow(
                        generation.description, compared: shadow.compared, failed: shadow.failed,
                        overlap: shadow.overlap)
                }
                let exposures = service.exposureCounters
                metrics.recordExposures(
                    written: exposures.written, dropped: exposures.dropped, waiting: exposures.waiting)
                metrics.recordTiers(revision: Int(service.tiers.revision ?? 0), age: service.tiersAge)
                if let capacity = service.capacityCounters {
                    metrics.recordCapacity(
                        decisions: [
                            ("cheapest", capacity.cheapest), ("between", capacity.between),
                            ("dearest", capacity.dearest),
                        ],
                        shed: Array(zip(Criticality.allCases.map(\.name), capacity.shed)),
                        unitPrice: capacity.lambda)
                }
                return Response(
                    status: .ok, headers: [.contentType: PrometheusText.contentType],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: registry.text)))
            },
        ]
    }
}
