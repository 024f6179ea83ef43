"What phones, cameras and browsers write is read as they show it; every input is built here"

import io
import struct
import warnings
from fractions import Fraction
from types import SimpleNamespace

import av
import numpy as np
import pytest
import torch
from PIL import Image
from pose_attn.data.video import (
    Clip,
    ClipError,
    StreamedClip,
    _video_stream,
    read_audio,
    read_video,
    stream_audio,
    write_video,
)

H, W = 48, 64


def picture(t=0, h=H, w=W):
    "A red square on blue that moves right with `t`, darker at the top: `(h w 3)` uint8"
    a = np.zeros((h, w, 3), np.uint8)
    a[..., 2] = np.linspace(60, 220, h).astype(np.uint8)[:, None]
    a[h // 3 : 2 * h // 3, w // 8 + 4 * t : w // 8 + 4 * t + w // 3] = 230, 40, 30
    return a


def video(path, frames, codec='libx264', pix='yuv420p', fmt='rgb24', times=None, rate=25, options=None):
    "A video made with PyAV directly; `times` in ms"
    with av.open(str(path), 'w') as c:
        v = c.add_stream(codec, rate=rate, options=options or {})
        v.height, v.width, v.pix_fmt = *frames[0].shape[:2], pix
        if times is not None:
            v.codec_context.time_base = Fraction(1, 1000)
        for i, a in enumerate(frames):
            f = av.VideoFrame.from_ndarray(np.ascontiguousarray(a), format=fmt)
            if times is not None:
                f.pts, f.time_base = times[i], Fraction(1, 1000)
            c.mux(v.encode(f))
        c.mux(v.encode(None))
    return path


def close(clip, frames, eps):
    "Is the clip these pictures, to `eps` of 255 on average?"
    want = torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2)
    assert clip.frames.shape == want.shape
    gap = (clip.frames.float() - want.float()).abs().mean().item()
    assert gap < eps, gap
    return True


# ---- tiles of HEIC


def box(kind, *content, full=None):
    b = b''.join((struct.pack('>I', full) if full is not None else b'', *content))
    return struct.pack('>I', 8 + len(b)) + kind + b


def tile(path, a):
    "HEVC of one picture: its configuration box and its packets"
    with av.open(str(path), 'w') as c:
        v = c.add_stream(
            'libx265', rate=25, options={'x265-params': 'log-level=none:keyint=1:bframes=0:pools=none:frame-threads=1'}
        )
        v.height, v.width, v.pix_fmt = *a.shape[:2], 'yuv420p'
        v.codec_context.codec_tag = 'hvc1'
        c.mux(v.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(a), format='rgb24')))
        c.mux(v.encode(None))
    b = path.read_bytes()
    i = b.index(b'hvcC') - 4
    with av.open(str(path)) as c:
        return b[i : i + struct.unpack('>I', b[i : i + 4])[0]], b''.join(bytes(p) for p in c.demux(video=0) if p.size)


def heic(path, a, n=2):
    "The picture in n x n tiles, as phones write it (ISO 23008-12, derived image 'grid')"
    s = a.shape[0] // n
    tiles = [
        tile(path.with_suffix('.mp4'), a[y : y + s, x : x + s]) for y in range(0, n * s, s) for x in range(0, n * s, s)
    ]
    ids, grid = range(1, n * n + 1), n * n + 1

    def infe(i, kind):
        return box(b'infe', struct.pack('>HH', i, 0), kind, b'\0', full=2 << 24 | (kind != b'grid'))

    def meta(at):
        sizes = [len(o) for _, o in tiles] + [8]
        ipco = box(b'ipco', tiles[0][0], *(box(b'ispe', struct.pack('>II', o, o), full=0) for o in (s, n * s)))
        ipma = [struct.pack('>HB', i, 2) + bytes([0x81, 2]) for i in ids] + [struct.pack('>HB', grid, 1) + bytes([3])]
        iloc = [struct.pack('>HHHHII', i, 0, 0, 1, o, k) for i, o, k in zip([*ids, grid], at, sizes)]
        return box(
            b'meta',
            box(b'hdlr', bytes(4), b'pict', bytes(13), full=0),
            box(b'pitm', struct.pack('>H', grid), full=0),
            box(b'iloc', bytes([0x44, 0]), struct.pack('>H', grid), *iloc, full=1 << 24),
            box(b'iinf', struct.pack('>H', grid), *(infe(i, b'hvc1') for i in ids), infe(grid, b'grid'), full=0),
            box(b'iref', box(b'dimg', struct.pack('>HH', grid, n * n), *(struct.pack('>H', i) for i in ids)), full=0),
            box(b'iprp', ipco, box(b'ipma', struct.pack('>I', grid), *ipma, full=0)),
            full=0,
        )

    head = box(b'ftyp', b'heic', bytes(4), b'mif1heic')
    at, here = [], len(head) + len(meta([0] * grid)) + 8
    for _, o in tiles:
        at.append(here)
        here += len(o)
    data = [o for _, o in tiles] + [struct.pack('>BBBBHH', 0, 0, n - 1, n - 1, n * s, n * s)]
    path.write_bytes(head + meta([*at, here]) + box(b'mdat', *data))
    return path


def test_a_heic_of_tiles_is_whole_or_refused(tmp_path):
    a = picture(h=256, w=256)
    p = heic(tmp_path / 'photo.heic', a)
    with av.open(str(p)) as c:
        assert len(c.streams.video) == 4  # it is what PyAV takes for four pictures
    try:
        clip = read_video(p)
    except ClipError as e:
        assert 'photo.heic' in str(e) and 'pillow-heif' in str(e)
    else:
        close(clip, [a], 6)


# ---- pictures: what they are is seen from their content


def exif(orientation):
    e = Image.Exif()
    e[0x112] = orientation
    return e


@pytest.mark.parametrize('name', ['a.jfif', 'a', 'a.avif', 'a.mp4'])
def test_exif_and_odd_names(name, tmp_path):
    f = io.BytesIO()
    Image.fromarray(picture()).save(f, 'AVIF' if name.endswith('avif') else 'JPEG', quality=95, exif=exif(6))
    (tmp_path / name).write_bytes(f.getvalue())
    close(read_video(tmp_path / name), [np.rot90(picture(), -1)], 4)


@pytest.mark.parametrize('turn', [1, 3, 6, 8])
@pytest.mark.parametrize('suffix', ['avi', 'mov'])
def test_a_camera_whose_frames_carry_exif(turn, suffix, tmp_path):
    f = io.BytesIO()
    Image.fromarray(picture()).save(f, 'JPEG', quality=95, exif=exif(turn))
    with av.open(str(tmp_path / f'a.{suffix}'), 'w') as c:
        v = c.add_stream('mjpeg', rate=25)
        v.height, v.width, v.pix_fmt = H, W, 'yuvj420p'
        for i in range(3):
            p = av.Packet(f.getvalue())
            p.stream, p.pts, p.dts, p.time_base, p.is_keyframe = v, i, i, Fraction(1, 25), True
            c.mux(p)
    want = np.rot90(picture(), {1: 0, 3: 2, 6: -1, 8: 1}[turn])
    close(read_video(tmp_path / f'a.{suffix}'), [want] * 3, 4)


def test_huge_photos_are_scaled_while_they_are_decoded(tmp_path):
    p = tmp_path / 'photo.jpg'
    a = np.asarray(Image.fromarray(picture()).resize((10000, 7500), Image.NEAREST))
    Image.fromarray(a).save(p, quality=80)
    with pytest.raises(ClipError, match='photo.jpg'):  # 75 million pixels are too many …
        read_video(p)
    small = read_video(p, size=48)  # … but they are never all there
    close(small, [picture()[:, 8:56]], 12)


def test_float_tiff(tmp_path):
    grey = picture()[..., 2]
    Image.fromarray(grey.astype(np.float32) / 255).save(tmp_path / 'unit.tif')
    Image.fromarray(grey.astype(np.float32)).save(tmp_path / 'byte.tif')
    for name in ('unit.tif', 'byte.tif'):
        close(read_video(tmp_path / name), [np.stack([grey] * 3, -1)], 1)


def test_pages_of_a_tiff_are_frames_and_its_thumbnail_is_not(tmp_path):
    from PIL import TiffImagePlugin

    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[254] = 1
    ims = [Image.fromarray(picture(t)) for t in range(3)]
    ims[1].encoderinfo = dict(tiffinfo=info)
    ims[0].save(tmp_path / 'a.tif', save_all=True, append_images=ims[1:])
    with Image.open(tmp_path / 'a.tif') as im:
        kinds = []
        for i in range(im.n_frames):
            im.seek(i)
            kinds.append(im.tag_v2.get(254, 0))
    want = [picture(t) for t, k in enumerate(kinds) if not k & 1]
    assert len(want) >= 2
    close(read_video(tmp_path / 'a.tif'), want, 1)


@pytest.mark.parametrize('name', ['a.png', 'a.avif', 'a.webp', 'a.gif'])
def test_animations_keep_their_times(name, tmp_path):
    ims = [Image.fromarray(picture(t)) for t in range(4)]
    kw = {} if name in ('a.png', 'a.gif') else dict(quality=95)
    ims[0].save(tmp_path / name, save_all=True, append_images=ims[1:], duration=[200, 100, 300, 100], **kw)
    stored = read_video(tmp_path / name, resample=False)
    close(stored, [picture(t) for t in range(4)], 8)
    assert stored.times.tolist() == pytest.approx([0, 0.2, 0.3, 0.6], abs=0.002)
    assert len(read_video(tmp_path / name)) / read_video(tmp_path / name).fps == pytest.approx(0.7, abs=0.06)


@pytest.mark.parametrize('suffix', ['webp', 'avif', 'jfif', 'png'])
def test_folders_of_frames(suffix, tmp_path):
    for t in range(11):
        f = io.BytesIO()
        Image.fromarray(picture(t % 6)).save(f, 'JPEG' if suffix == 'jfif' else suffix.upper(), quality=95)
        (tmp_path / f'{t}.{suffix}').write_bytes(f.getvalue())
    close(read_video(tmp_path, fps=10), [picture(t % 6) for t in range(11)], 5)


def test_of_a_thousand_photos_only_those_that_are_used_are_opened(tmp_path):
    good = [0, 333, 666, 999]
    for i in range(1000):
        (tmp_path / f'{i}.png').write_bytes(b'nothing')
    for i in good:
        Image.fromarray(picture(i % 7)).save(tmp_path / f'{i}.png')
    taken = StreamedClip(tmp_path, keep=0).take(good)
    close(Clip(taken, 25, torch.arange(4)), [picture(i % 7) for i in good], 1)
    with pytest.raises(ClipError, match='5.png'):
        StreamedClip(tmp_path, keep=0).take([0, 5])


# ---- videos


def pq(v):
    "SMPTE ST 2084 of the light of an SDR level `v` in [0,1], white being 203 cd/m2 (ITU-R BT.2408)"
    y = (v**2.4 * 203 / 10000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375


def hlg(v):
    "ARIB STD-B67 of the same, white at 75 % of the signal, grey without system gamma"
    e = v ** (2.4 / 1.2) * 0.265
    return np.where(
        e <= 1 / 12, np.sqrt(3 * e), 0.17883277 * np.log(np.maximum(12 * e - 0.28466892, 1e-9)) + 0.55991073
    )


@pytest.mark.parametrize('trc,curve,eps', [(16, pq, 14), (18, hlg, 10)])
def test_hdr_is_mapped_to_what_a_screen_shows(trc, curve, eps, tmp_path):
    sdr = np.linspace(0.1, 0.95, W)[None].repeat(H, 0)
    luma = np.round(64 + curve(sdr) * 876).astype('<u2')
    planes = np.concatenate([luma, np.full((H // 2, W), 512, '<u2')])  # no colour: two planes of 512
    p = tmp_path / 'a.mp4'
    with av.open(str(p), 'w') as c:
        v = c.add_stream('libx264', rate=25, options=dict(crf='4'))
        v.height, v.width, v.pix_fmt = H, W, 'yuv420p10le'
        k = v.codec_context
        k.color_trc, k.color_primaries, k.colorspace, k.color_range = trc, 9, 9, 1
        for _ in range(2):
            f = av.VideoFrame(W, H, 'yuv420p10le')
            for o, a in zip(f.planes, (planes[:H], planes[H:, : W // 2], planes[H:, W // 2 :])):
                rows = np.zeros((o.height, o.line_size // 2), '<u2')
                rows[:, : a.shape[1]] = a
                o.update(rows.tobytes())
            f.color_trc, f.color_primaries, f.colorspace, f.color_range = trc, 9, 9, 1
            c.mux(v.encode(f))
        c.mux(v.encode(None))
    with av.open(str(p)) as c:
        assert next(c.decode(video=0)).color_trc == trc
    got = read_video(p).frames[0].float()
    gap = (got - torch.from_numpy(sdr * 255)).abs().mean().item()
    bare = np.abs(curve(sdr) * 255 - sdr * 255).mean()  # so far away is the bare signal
    assert gap < eps < 0.6 * bare, (gap, bare)


@pytest.mark.parametrize('codec', ['libvpx', 'libvpx-vp9'])
def test_alpha_of_webm(codec, tmp_path):
    a = np.dstack([picture(), np.zeros((H, W), np.uint8)])
    a[H // 3 : 2 * H // 3, 8:24, 3] = 255
    p = video(tmp_path / 'a.webm', [a] * 4, codec, 'yuva420p', 'rgba', options={'auto-alt-ref': '0'})
    for background in ((255, 255, 255), (0, 255, 0)):
        x = read_video(p, background=background).frames.float()
        assert len(x) == 4
        assert (x[:, :, :8].mean((0, 2, 3)) - torch.tensor(background)).abs().max() < 12
        assert (x[:, :, H // 2, 16].mean(0) - torch.tensor([230.0, 40, 30])).abs().max() < 40


def test_alpha_of_avif(tmp_path):
    a = np.dstack([picture(), np.zeros((H, W), np.uint8)])
    Image.fromarray(a).save(tmp_path / 'a.avif')
    assert read_video(tmp_path / 'a.avif').frames.min() > 250


def test_the_cover_of_a_video_is_not_the_video(tmp_path):
    frames = [picture(t) for t in range(6)]
    f = io.BytesIO()
    Image.new('RGB', (80, 80), (0, 255, 0)).save(f, 'JPEG')
    with av.open(str(tmp_path / 'a.mp4'), 'w') as c:
        cover = c.add_stream('mjpeg', rate=1)
        cover.height, cover.width, cover.pix_fmt = 80, 80, 'yuvj420p'
        cover.disposition = av.stream.Disposition.attached_pic
        v = c.add_stream('libx264', rate=25)
        v.height, v.width, v.pix_fmt = H, W, 'yuv420p'
        p = av.Packet(f.getvalue())
        p.stream, p.pts, p.dts, p.time_base, p.is_keyframe = cover, 0, 0, Fraction(1, 1), True
        c.mux(p)
        for a in frames:
            c.mux(v.encode(av.VideoFrame.from_ndarray(a, format='rgb24')))
        c.mux(v.encode(None))
    with av.open(str(tmp_path / 'a.mp4')) as c:
        streams = sorted(c.streams.video, key=lambda o: 'attached_pic' not in o.disposition.name)
        assert [o.width for o in streams] == [80, W]
        first = SimpleNamespace(streams=SimpleNamespace(video=streams, audio=[]))  # wherever the cover stands
        assert _video_stream(first, 'a.mp4') is streams[1]
    close(read_video(tmp_path / 'a.mp4'), frames, 8)


def test_a_screen_recording_stands_still_for_minutes(tmp_path):
    times = [0, 16, 33, 50, 66, 120000, 120016, 120033]
    clip = StreamedClip(video(tmp_path / 'a.mkv', [picture(t) for t in range(8)], times=times), 16, keep=0)
    assert len(clip) / clip.fps == pytest.approx(120.05, abs=0.1)
    assert sum(1 for _ in clip) == len(clip)
    slow = [0, 3000, 5500, 9000, 16000]  # seconds between frames, unevenly
    clip = read_video(video(tmp_path / 'b.mkv', [picture(t) for t in range(5)], times=slow), size=16)
    shown = (clip.frames[1:] != clip.frames[:-1]).flatten(1).any(1).nonzero()[:, 0] + 1
    assert (shown / clip.fps).tolist() == pytest.approx([3, 5.5, 9, 16], abs=0.051)


# ---- sound


def two_tracks(path, seconds=1.0, tracks=2):
    with av.open(str(path), 'w') as c:
        v = c.add_stream('libx264', rate=25)
        v.height, v.width, v.pix_fmt = H, W, 'yuv420p'
        sound = [c.add_stream('aac', rate=16000, layout='mono') for _ in range(tracks)]
        for t in range(int(25 * seconds)):
            c.mux(v.encode(av.VideoFrame.from_ndarray(picture(t % 6), format='rgb24')))
            for k, s in enumerate(sound):
                y = (
                    np.sin(np.arange(640 * t, 640 * (t + 1)) * 2 * np.pi * (k + 1) * 440 / 16000).astype(np.float32)[
                        None
                    ]
                    * 0.5
                )
                f = av.AudioFrame.from_ndarray(y, format='fltp', layout='mono')
                f.sample_rate, f.pts, f.time_base = 16000, 640 * t, Fraction(1, 16000)
                c.mux(s.encode(f))
        for s in (v, *sound):
            c.mux(s.encode(None))
    return path


def without_decoder(path, n):
    "The first `n` sound tracks call themselves by a codec that nobody knows"
    b = path.read_bytes()
    path.write_bytes(b.replace(b'mp4a', b'apac', n).replace(b'esds', b'free', n))
    return path


def test_the_first_track_that_can_be_read(tmp_path):
    p = without_decoder(two_tracks(tmp_path / 'a.mp4'), 1)
    with av.open(str(p)) as c:
        assert c.streams.audio[0].codec_context is None
    y, rate = read_audio(p)
    tone = np.abs(np.fft.rfft(y[0, 2000:14000])).argmax() * rate / 12000
    assert tone == pytest.approx(880, abs=5)  # that of the second track


def test_no_readable_track_is_silence_and_a_warning(tmp_path):
    p = without_decoder(two_tracks(tmp_path / 'a.mp4'), 2)
    with pytest.warns(UserWarning, match='a.mp4.*none of its sound'):
        assert stream_audio(p) is None
    with pytest.warns(UserWarning, match='none of its sound'):
        out = write_video(tmp_path / 'b.mp4', torch.rand(5, 3, 32, 32), audio_from=p)
    assert not read_video(out).audio and len(read_video(out)) == 5


def test_sound_that_breaks_off_does_not_cost_the_video(tmp_path, monkeypatch):
    import pose_attn.data.video as m

    keep = m._place_samples

    def breaks(*a):
        for i, o in enumerate(keep(*a)):
            if i == 3:
                raise OSError('damaged')
            yield o

    p = two_tracks(tmp_path / 'a.mp4', tracks=1)
    monkeypatch.setattr(m, '_place_samples', breaks)
    with pytest.warns(UserWarning, match='no more sound.*damaged'):
        out = write_video(tmp_path / 'b.mp4', torch.rand(25, 3, 32, 32), audio_from=p)
    monkeypatch.undo()
    y, rate = read_audio(out)
    assert len(read_video(out)) == 25 and 0.1 < y.shape[1] / rate < 0.5


@pytest.mark.parametrize('fps', [10, 30, 50, 60, 120, 240])
def test_a_gif_lasts_as_long_as_its_video(fps, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        p = write_video(
            tmp_path / 'a.gif', (torch.from_numpy(picture(t % 8)).permute(2, 0, 1) for t in range(fps)), fps
        )
    with Image.open(p) as im:
        times = []
        for i in range(im.n_frames):
            im.seek(i)
            times.append(im.info['duration'])
    assert min(times) >= 20 and sum(times) == pytest.approx(1000, abs=20)
