"""Addresses of the questions app."""

from django.urls import path

from backend.questions.rest import views

urlpatterns = [
    path("staff/questions", views.QuestionListView.as_view()),
    path("staff/questions/<uuid:uuid>", views.QuestionView.as_view()),
    path("staff/questions/<uuid:uuid>/submit", views.QuestionSubmitView.as_view()),
    path("staff/questions/<uuid:uuid>/approve", views.QuestionApproveView.as_view()),
    path("staff/questions/<uuid:uuid>/return", views.QuestionReturnView.as_view()),
    path("staff/topics", views.TopicListView.as_view()),
]
