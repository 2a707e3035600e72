#pragma once
#include <zlib.h>

// Compresses the bytes from `start` to `end` of `bytes` as one part of a raw deflate stream, with what stands before
// `start` as the window that it may refer to. Each part but the last ends at a byte, so that parts can be joined.
// Gives the size of the part; 0 when memory is short or `room` is too small.
static inline size_t deflate_part(const unsigned char *bytes, size_t start, size_t end, unsigned char *output,
                                  size_t room, int level, int is_last) {
    z_stream stream = {0};
    if (deflateInit2(&stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    if (start > 0) deflateSetDictionary(&stream, bytes, (uInt)start);
    stream.next_in = (Bytef *)bytes + start;
    stream.avail_in = (uInt)(end - start);
    stream.next_out = output;
    stream.avail_out = (uInt)room;
    int result = deflate(&stream, is_last ? Z_FINISH : Z_SYNC_FLUSH);
    size_t size = room - stream.avail_out;
    // A flush that has used all room may have more to say.
    int is_whole = is_last ? result == Z_STREAM_END : result == Z_OK && stream.avail_in == 0 && stream.avail_out > 0;
    deflateEnd(&stream);
    return is_whole ? size : 0;
}
