#pragma once
#include <iconv.h>
#include <string.h>
// Later versions mark members as deprecated that earlier ones have no other way to reach.
#ifndef XML_DEPRECATED
#define XML_DEPRECATED
#endif
#ifndef XML_DEPRECATED_MEMBER
#define XML_DEPRECATED_MEMBER
#endif
#include <libxml/xmlversion.h>
// Where libxml2 is built with ICU, its headers bring in that ICU's, which contradict the ICU inside Foundation. Nothing
// that is used here depends on it.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/// `xmlFree` is a mutable global function pointer, which Swift 6 refuses to read.
static inline void ptvsd_xml_free(void *memory) { xmlFree(memory); }

/// `iconv_open` answers `(iconv_t)-1` on failure, which is awkward to compare in Swift: NULL says it instead.
static inline iconv_t ptvsd_iconv_open(const char *to, const char *from) {
    iconv_t converter = iconv_open(to, from);
    return converter == (iconv_t)-1 ? 0 : converter;
}

/// Since libxml2 2.12 structured error handlers take a pointer to a constant error, before that to a mutable one;
/// the cast lets one Swift function serve both.
typedef void (*ptvsd_xml_error_handler)(void *context, const xmlError *error);

static inline void ptvsd_set_parser_error_handler(xmlParserCtxtPtr parser, ptvsd_xml_error_handler handler) {
    parser->sax->serror = (xmlStructuredErrorFunc)handler;
}

static inline void ptvsd_set_xpath_error_handler(xmlXPathContextPtr context, ptvsd_xml_error_handler handler) {
    context->error = (xmlStructuredErrorFunc)handler;
}
