use super::*;
use crate::model::{Anchoring, PathRegex};

fn location(pattern: &str) -> PathMatcher {
    PathMatcher::Regex(PathRegex {
        pattern: format!("^{pattern}"),
        case_insensitive: true,
        anchoring: Anchoring::Search,
    })
}

fn nginx_shape(pattern: &str, template: &str) -> Shape {
    let rewrite = PathRewrite::Nginx { pattern: pattern.to_owned(), template: template.to_owned() };
    Shape::of(Some(&rewrite), &location(pattern))
}

fn envoy_shape(pattern: &str, substitution: &str) -> Shape {
    let rewrite = PathRewrite::Envoy { pattern: pattern.to_owned(), substitution: substitution.to_owned() };
    Shape::of(Some(&rewrite), &PathMatcher::Any)
}

fn below(text: &str) -> Known {
    Known { text: text.to_owned(), closed: false, uncertain: Vec::new() }
}

fn exactly(text: &str) -> Known {
    Known { text: text.to_owned(), closed: true, uncertain: Vec::new() }
}

fn render(rewritten: &Rewritten, path: &str) -> Option<String> {
    let Rewritten::Pieces(pieces) = rewritten else { return None };
    let spell = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Path(from, to) => path[*from..to.unwrap_or(path.len())].to_owned(),
        Piece::Query => String::new(),
    };
    Some(pieces.iter().map(spell).collect())
}

/// Whatever is known of a path, the pieces spell what the model makes of it.
#[test]
fn pieces_spell_what_the_model_says() {
    let prefix = |from: &str, to: &str| PathRewrite::Prefix { from: from.to_owned(), to: to.to_owned() };
    let nginx = |pattern: &str, to: &str| PathRewrite::Nginx { pattern: pattern.to_owned(), template: to.to_owned() };
    let envoy =
        |pattern: &str, to: &str| PathRewrite::Envoy { pattern: pattern.to_owned(), substitution: to.to_owned() };
    let rewrites = [
        PathRewrite::Full("/full".to_owned()),
        prefix("/p", "/q"),
        prefix("/p/", "/q/"),
        prefix("/p", ""),
        prefix("/p", "/"),
        prefix("/", "/v1"),
        prefix("/p", "q"),
        nginx("^/p(/|$)(.*)", "/q/$2"),
        nginx("^/p(/|$)(.*)", "/$2"),
        nginx("^/p/?(.*)", "/$1"),
        nginx("^/p(/(.*))?", "/q/$2$1"),
        nginx("^/(p|pq)/(.+)$", "/$2/$1/$0"),
        nginx("^/[pq](.*)", "$1"),
        nginx("^/p", "/fixed"),
        envoy("^/p", "/q"),
        envoy("^/p/(.*)$", r"/\1"),
        envoy("(?i)^/p(/|$)(.*)", r"/q/\2"),
    ];
    let paths = ["/", "/p", "/P", "/p/", "/p/x", "/P/x/", "/px", "/p/x/y", "/pq/x", "/pq/", "/q", "/q/p", "/x"];
    for rewrite in &rewrites {
        let shape = Shape::of(Some(rewrite), &PathMatcher::Any);
        assert!(matches!(shape, Shape::Branches(_)), "{rewrite:?}");
        for path in paths {
            let wanted = rewrite.apply(path).unwrap_or_else(|| path.to_owned());
            assert_eq!(render(&shape.apply(&exactly(path)), path), Some(wanted.clone()), "{rewrite:?} {path}");
            // The same from less knowledge: only the longest text of interest that the path starts with.
            let literals = shape.branches().iter().flat_map(|b| [b.literal.clone(), format!("{}/", b.literal)]);
            if literals.clone().any(|literal| path.eq_ignore_ascii_case(&literal)) {
                continue;
            }
            let fits =
                |literal: &String| path.len() > literal.len() && path[..literal.len()].eq_ignore_ascii_case(literal);
            let Some(known) = literals.filter(fits).max_by_key(String::len) else { continue };
            let known =
                Known { uncertain: known.bytes().map(|byte| byte.is_ascii_alphabetic()).collect(), ..below(&known) };
            if shape.branches().iter().all(|branch| branch.ignores_case) {
                assert_eq!(render(&shape.apply(&known), path), Some(wanted), "{rewrite:?} {path} {known:?}");
            }
        }
    }
}

#[test]
fn the_usual_rewrite_is_a_prefix_replacement_below_the_prefix() {
    let gateway = Shape::of(
        Some(&PathRewrite::Prefix { from: "/p".to_owned(), to: "/q".to_owned() }),
        &PathMatcher::Segment("/p".to_owned()),
    );
    let nginx = nginx_shape("/p(/|$)(.*)", "/q/$2");
    assert_eq!(gateway.apply(&below("/p/")), nginx.apply(&below("/p/")));
    assert_ne!(gateway.apply(&exactly("/p")), nginx.apply(&exactly("/p")), "/q is not /q/");
    let root = nginx_shape("/p(/|$)(.*)", "/$2");
    let gateway = Shape::of(
        Some(&PathRewrite::Prefix { from: "/p".to_owned(), to: "/".to_owned() }),
        &PathMatcher::Segment("/p".to_owned()),
    );
    assert_eq!(gateway.apply(&exactly("/p")), root.apply(&exactly("/p")));
}

#[test]
fn without_groups_the_whole_path_is_replaced() {
    let full = Shape::of(Some(&PathRewrite::Full("/x".to_owned())), &PathMatcher::Any);
    assert_eq!(nginx_shape("/a", "/x").apply(&below("/a")), full.apply(&below("/a")));
    assert_ne!(envoy_shape("^/a", "/x").apply(&below("/a")), full.apply(&below("/a")), "Envoy keeps the rest");
}

#[test]
fn whole_expressions_are_compared_as_written() {
    let nginx = nginx_shape("/v([0-9]+)/(.*)", "/$2/$1");
    let same = envoy_shape("(?i)^/v([0-9]+)/(.*)$", r"/\2/\1");
    assert!(matches!(nginx, Shape::Whole(_)));
    assert_eq!(nginx, same);
    assert_ne!(nginx, envoy_shape("^/v([0-9]+)/(.*)", r"/\2/\1"), "case matters");
    assert_ne!(nginx, envoy_shape("(?i)^/v([0-9]+)/(.*)", r"/\1/\2"));
    assert_eq!(nginx_shape("/v([0-9]+)", "/$1"), envoy_shape("(?i)^/v([0-9]+).*", r"/\1"));
    assert_eq!(envoy_shape("(?i)^/v([0-9]+)", r"/\1"), Shape::Opaque, "Envoy keeps what follows the match");
    assert_eq!(envoy_shape("/v([0-9]+).*", r"/\1"), Shape::Opaque, "found anywhere");
    assert_eq!(nginx_shape("/a(?=b)(.*)", "/$1"), Shape::Opaque);
    assert_eq!(nginx_shape("/a|/b", "/c"), Shape::Opaque, "/x/b is found further on");
}
