"""A Nougat of 0.2 MB, trained on one page until it writes it: the real architecture, saved as the real one is."""

from pathlib import Path

MMD = (
    "## 2 Energy\n\nThe energy of a body at rest is \\(E=mc^{2}\\) as shown.\n\n"
    "\\[E=mc^{2}\\tag{1}\\]\n\n* first point\n* second point"
)


def make_tiny_nougat(folder: Path, picture: bytes, text: str = MMD, steps: int = 250) -> float:
    """Train on a picture (PNG) of a page and its text, and save model and processor; return the last loss."""
    import io

    import torch
    from PIL import Image
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import (
        DonutSwinConfig,
        DonutSwinModel,
        GenerationConfig,
        MBartConfig,
        MBartForCausalLM,
        NougatImageProcessor,
        NougatProcessor,
        NougatTokenizer,
        VisionEncoderDecoderModel,
    )

    torch.manual_seed(0)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "[START_REF]"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator([text], trainer)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    processor = NougatProcessor(
        NougatImageProcessor(size={"height": 128, "width": 96}),
        NougatTokenizer(tokenizer_file=str(folder / "tokenizer.json")),
    )
    encoder = DonutSwinModel(
        DonutSwinConfig(
            image_size=[128, 96], patch_size=4, embed_dim=16, depths=[1, 1], num_heads=[1, 2], window_size=4
        )
    )
    decoder = MBartForCausalLM(
        MBartConfig(
            vocab_size=len(processor.tokenizer),
            d_model=64,
            decoder_layers=1,
            decoder_attention_heads=2,
            decoder_ffn_dim=128,
            encoder_layers=0,
            max_position_embeddings=256,
            is_decoder=True,
            add_cross_attention=True,
            scale_embedding=True,
        )
    )
    model = VisionEncoderDecoderModel(encoder=encoder, decoder=decoder)
    model.config.decoder_start_token_id = processor.tokenizer.bos_token_id
    model.config.pad_token_id = processor.tokenizer.pad_token_id
    model.config.eos_token_id = processor.tokenizer.eos_token_id
    model.generation_config = GenerationConfig(
        decoder_start_token_id=processor.tokenizer.bos_token_id,
        pad_token_id=processor.tokenizer.pad_token_id,
        eos_token_id=processor.tokenizer.eos_token_id,
        max_length=200,
    )
    pixels = processor([Image.open(io.BytesIO(picture)).convert("RGB")], return_tensors="pt").pixel_values
    ids = processor.tokenizer.encode(text, add_special_tokens=False)
    labels = torch.tensor([[*ids, processor.tokenizer.eos_token_id]])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    loss = float("inf")
    for _ in range(steps):
        output = model(pixel_values=pixels, labels=labels)
        output.loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        loss = output.loss.item()
        if loss < 0.005:
            break
    model.eval()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return loss
