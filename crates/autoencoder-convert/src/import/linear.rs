//! Layers as other programs have them.

use autoencoder::Activation;
use ndarray::Array2;

use super::error::ImportError;
use super::numbers::Converted;

/// A dense layer of another program.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Linear {
    /// The name of the layer in the file.
    pub(super) name: String,
    /// The name of the tensor that holds the weight.
    pub(super) tensor: String,
    /// The weight, (outputs, inputs).
    pub(super) weight: Array2<f32>,
    /// The bias, (outputs); zeros where the layer has none.
    pub(super) bias: Vec<f32>,
    /// The activation, where the file tells it.
    pub(super) activation: Option<Activation>,
}

/// Layers in the order in which a sample passes them.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) layers: Vec<Linear>,
    /// The layer beside that of the code, which gives the logarithms of its variances.
    pub(super) log_variance: Option<Linear>,
}

impl Linear {
    pub(super) fn inputs(&self) -> usize {
        self.weight.ncols()
    }

    pub(super) fn outputs(&self) -> usize {
        self.weight.nrows()
    }
}

/// A matrix of a file: the numbers with their shape, transposed where the file has (inputs, outputs).
pub(super) fn matrix(
    tensor: &str,
    [rows, columns]: [usize; 2],
    numbers: Converted,
    is_transposed: bool,
) -> Result<Array2<f32>, ImportError> {
    let numbers = finite(tensor, numbers)?;
    let count = numbers.len();
    let refuse = || ImportError::Tensor {
        tensor: tensor.to_owned(),
        expected: format!("{rows} x {columns} numbers"),
        found: count.to_string(),
    };
    if rows == 0 || columns == 0 {
        return Err(refuse());
    }
    let matrix = Array2::from_shape_vec((rows, columns), numbers).map_err(|_| refuse())?;
    Ok(if is_transposed { matrix.reversed_axes().as_standard_layout().into_owned() } else { matrix })
}

/// The numbers, all of which are finite in f32.
pub(super) fn finite(tensor: &str, converted: Converted) -> Result<Vec<f32>, ImportError> {
    match converted.numbers.iter().position(|number| !number.is_finite()) {
        Some(index) => Err(ImportError::Tensor {
            tensor: tensor.to_owned(),
            expected: "finite numbers of f32".to_owned(),
            found: format!("{} at {index}", converted.numbers[index]),
        }),
        None => Ok(converted.numbers),
    }
}
