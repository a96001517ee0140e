//! Models as ONNX: the scaling of the samples, the words of a table, holes and thresholds stand inside the graph.

mod density;
mod drawn;
mod error;
mod graph;
mod layers;
mod maps;
pub(crate) mod messages;
mod metadata;
mod part;
mod restored;
mod samples;
mod scores;

use autoencoder::Model;
use prost::Message;

pub use error::ExportError;
use graph::{Element, Graph, Value};
use layers::Encoded;
use messages::{ModelProto, OperatorSetIdProto};
pub(crate) use metadata::{DESCRIPTION, PART};
pub use part::OnnxPart;
use restored::Restored;
use samples::Incoming;

use crate::network::Network;

/// The set of operators that files are written in, and the version of the form of the file: old enough for the runtimes of some years.
const OPSET: i64 = 13;
const IR_VERSION: i64 = 7;

/// A file, and what it takes and gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OnnxFile {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// The inputs with their types and shapes, such as `samples uint8 (N, 28, 28)`.
    pub inputs: Vec<String>,
    /// The outputs, alike.
    pub outputs: Vec<String>,
}

/// Writes a model, or a part of it, as ONNX.
///
/// Bytes come in as uint8, numbers that the model scales as float64, others as float32; words as the index of each word in its
/// column, and -1 for a hole, which among numbers is NaN. The metadata of the file names the columns and words.
///
/// # Errors
/// If the format has no form for the model.
///
/// ```
/// use autoencoder::{Initialization, Model, Specification};
/// use autoencoder_convert::{OnnxPart, to_onnx};
/// let model = Model::new(Specification::new(4, [3, 2]), Initialization::Glorot, 0)?;
/// let file = to_onnx(&model, OnnxPart::Encoder)?;
/// assert_eq!(file.inputs, ["samples float32 (N, 4)"]);
/// assert_eq!(file.outputs, ["codes float32 (N, 2)"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_onnx(model: &Model, part: OnnxPart<'_>) -> Result<OnnxFile, ExportError> {
    let network = Network::of(model);
    let mut graph = Graph::default();
    match part {
        OnnxPart::Model => {
            let incoming = Incoming::of(&mut graph, model, &network)?;
            let Encoded { codes, log_variances } = Encoded::of(&mut graph, &network, &incoming.scaled)?;
            let outputs = layers::decoder(&mut graph, &network, &codes)?;
            Restored::of(&mut graph, &network, &outputs).give(&mut graph, model);
            give_variances(&mut graph, &network, log_variances.as_ref());
        }
        OnnxPart::Encoder => {
            let incoming = Incoming::of(&mut graph, model, &network)?;
            let Encoded { codes, log_variances } = Encoded::of(&mut graph, &network, &incoming.scaled)?;
            graph.output("codes", &codes, Element::F32, &[network.code()]);
            give_variances(&mut graph, &network, log_variances.as_ref());
        }
        OnnxPart::Decoder => {
            let codes = graph.input("codes", Element::F32, &[network.code()]);
            let outputs = layers::decoder(&mut graph, &network, &codes)?;
            Restored::of(&mut graph, &network, &outputs).give(&mut graph, model);
        }
        OnnxPart::Score { scorer, threshold } => {
            scores::give(&mut graph, model, &network, scorer, threshold)?;
        }
    }
    let (graph, [inputs, outputs]) = graph.finish("autoencoder");
    let file = ModelProto {
        ir_version: IR_VERSION,
        producer_name: "autoencoder".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: part.summary().to_owned(),
        graph: Some(graph),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
        metadata_props: metadata::of(model, part),
    };
    Ok(OnnxFile { bytes: file.encode_to_vec(), inputs, outputs })
}

/// The logarithms of the variances of the codes of a variational model, as one more output.
fn give_variances(graph: &mut Graph, network: &Network, log_variances: Option<&Value>) {
    if let Some(log_variances) = log_variances {
        graph.output("log_variances", log_variances, Element::F32, &[network.code()]);
    }
}
