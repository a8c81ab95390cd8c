mod corpus_read;
mod read;
mod syntax_de;
mod syntax_fuzz;
mod syntax_sources;
mod syntax_yaml;
