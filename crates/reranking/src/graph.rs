//! One ONNX graph, run on one thread.

use crate::RerankError;
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::prelude::*;
use std::sync::Arc;

/// A graph with the name of its file, for whoever made it.
pub(crate) struct Graph {
    file: &'static str,
    model: Model,
    one_thread: Arc<ThreadPool>,
}

impl Graph {
    pub(crate) fn load(file: &'static str, bytes: Vec<u8>) -> Result<Self, RerankError> {
        let model = ModelOptions::with_all_ops().prepack_weights(true).load(bytes);
        let model = model.map_err(|e| RerankError::Model { file, why: e.to_string() })?;
        Ok(Self { file, model, one_thread: Arc::new(ThreadPool::with_num_threads(1)) })
    }

    pub(crate) fn unfit(&self, why: &dyn std::fmt::Display) -> RerankError {
        RerankError::Model { file: self.file, why: why.to_string() }
    }

    pub(crate) fn find(&self, name: &str) -> Option<NodeId> {
        self.model.find_node(name)
    }

    pub(crate) fn node(&self, name: &str) -> Result<NodeId, RerankError> {
        self.model.node_id(name).map_err(|e| self.unfit(&e))
    }

    pub(crate) fn first_output(&self) -> Result<NodeId, RerankError> {
        self.model.output_ids().first().copied().ok_or_else(|| self.unfit(&"no output"))
    }

    /// Refuses inputs that nothing would be given to.
    pub(crate) fn takes_only(&self, known: &[Option<NodeId>], names: &str) -> Result<(), RerankError> {
        if self.model.input_ids().iter().any(|i| !known.contains(&Some(*i))) {
            return Err(self.unfit(&format!("inputs other than {names}")));
        }
        Ok(())
    }

    /// One row of numbers, as an input.
    pub(crate) fn row(&self, values: Vec<i32>) -> Result<ValueOrView<'static>, RerankError> {
        let n = values.len();
        Ok(Value::from_shape(&[1, n], values).map_err(|e| self.unfit(&e))?.into())
    }

    /// The states of a text, one after the other, as an input.
    pub(crate) fn states(&self, width: usize, values: Vec<f32>) -> Result<ValueOrView<'static>, RerankError> {
        let n = values.len() / width.max(1);
        Ok(Value::from_shape(&[1, n, width], values).map_err(|e| self.unfit(&e))?.into())
    }

    /// One output, with its shape.
    pub(crate) fn run(
        &self,
        given: Vec<(NodeId, ValueOrView<'_>)>,
        out: NodeId,
    ) -> Result<(Vec<usize>, Vec<f32>), RerankError> {
        let options = RunOptions::default().with_thread_pool(Some(self.one_thread.clone()));
        let outputs = self.model.run(given, &[out], Some(options)).map_err(|e| self.unfit(&e))?;
        let first = outputs.into_iter().next().and_then(Value::into_tensor::<f32>);
        let tensor = first.ok_or_else(|| self.unfit(&"its output is no tensor of 32-bit numbers"))?;
        Ok((tensor.shape().to_vec(), tensor.into_data()))
    }

    /// What is said where an output has another shape than it should.
    pub(crate) fn shape(&self, expected: &str, found: &[usize]) -> RerankError {
        let found = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ");
        RerankError::Shape { file: self.file, expected: expected.to_owned(), found }
    }
}
