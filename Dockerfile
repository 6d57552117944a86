# The app with its model, ready to run without a network.
#   docker build -t icd9-review .
#   docker run --rm -p 127.0.0.1:8501:8501 -v icd9-review:/data -e ICD9_REVIEW_SIGN_IN=accounts \
#       --name review icd9-review
#   docker exec -it review python -m icd9_review users add NAME --role administrator
# TORCH_INDEX= (empty) takes PyTorch from PyPI, with CUDA.

FROM python:3.11-slim AS packages
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /build
COPY requirements.txt constraints.txt .
# torch differs by index; everything else is the file whose hash stands in constraints.txt.
RUN pip install --no-cache-dir ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} \
        "$(grep '^torch==' requirements.txt)" \
    && pip install --no-cache-dir --require-hashes -r constraints.txt

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 review \
    && install -d -o review -g review -m 0700 /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
RUN python -m compileall -q icd9_review
ENV PATH=/opt/venv/bin:$PATH \
    ICD9_REVIEW_DATA=/data \
    HF_HUB_OFFLINE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER review
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["python", "-m", "icd9_review", "serve", "--host", "0.0.0.0", "--port", "8501"]
